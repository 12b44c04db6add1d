//! One connection that stays open: what a browser does.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

pub struct Connection {
    stream: BufReader<TcpStream>,
    /// The cookie of a session.
    cookie: Option<String>,
    /// Whether answers may come compressed.
    takes_gzip: bool,
}

/// What was answered.
pub struct Answer {
    pub status: u16,
    /// The cookie that was set first: its name and value.
    pub cookie: Option<String>,
    /// As it came over the wire.
    pub body: Vec<u8>,
}

/// How a body says where it ends.
enum End {
    After(usize),
    Chunked,
}

impl Connection {
    pub fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the daemon listens");
        Self::over(stream)
    }

    pub fn over(stream: TcpStream) -> Self {
        stream.set_nodelay(true).expect("a socket option");
        Self {
            stream: BufReader::new(stream),
            cookie: None,
            takes_gzip: false,
        }
    }

    pub fn signed_in(mut self, cookie: &str) -> Self {
        self.cookie = Some(cookie.to_owned());
        self
    }

    pub fn compressed(mut self) -> Self {
        self.takes_gzip = true;
        self
    }

    pub fn get(&mut self, path: &str) -> Vec<u8> {
        let answer = self.ask("GET", path, "");
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    }

    pub fn status(&mut self, path: &str) -> u16 {
        self.ask("GET", path, "").status
    }

    pub fn post(&mut self, path: &str, form: &str) -> Answer {
        self.ask("POST", path, form)
    }

    fn ask(&mut self, method: &str, path: &str, form: &str) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n");
        if let Some(cookie) = &self.cookie {
            request.push_str(&format!("cookie: {cookie}\r\n"));
        }
        if self.takes_gzip {
            request.push_str("accept-encoding: gzip\r\n");
        }
        if method == "POST" {
            request.push_str(&format!(
                "sec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                 content-length: {}\r\n",
                form.len()
            ));
        }
        request.push_str("\r\n");
        request.push_str(form);
        let sent = self.stream.get_mut().write_all(request.as_bytes());
        sent.expect("the request goes out");
        self.answer()
    }

    fn answer(&mut self) -> Answer {
        let line = self.line();
        let status = line.split_whitespace().nth(1);
        let status = status.and_then(|s| s.parse().ok()).unwrap_or(0);
        let mut end = End::After(0);
        let mut cookie = None;
        loop {
            let line = self.line();
            if line.is_empty() {
                break;
            }
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => end = End::After(value.parse().expect("a length")),
                "transfer-encoding" => end = End::Chunked,
                "set-cookie" => {
                    let pair = value.split(';').next().map(str::to_owned);
                    cookie = cookie.or(pair);
                }
                _ => {}
            }
        }
        Answer {
            status,
            cookie,
            body: self.body(end),
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("an answer");
        line.trim_end().to_owned()
    }

    fn body(&mut self, end: End) -> Vec<u8> {
        let mut body = Vec::new();
        match end {
            End::After(length) => self.take(length, &mut body),
            End::Chunked => loop {
                let length = self.line();
                let length = usize::from_str_radix(&length, 16).expect("the length of a chunk");
                self.take(length, &mut body);
                self.line();
                if length == 0 {
                    break;
                }
            },
        }
        body
    }

    fn take(&mut self, length: usize, body: &mut Vec<u8>) {
        let before = body.len();
        body.resize(before + length, 0);
        let read = self.stream.read_exact(&mut body[before..]);
        read.expect("the whole body");
    }
}
