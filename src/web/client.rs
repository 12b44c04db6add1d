//! Where a request comes from. A proxy's word about its reader is taken only from proxies that were
//! named; whoever else sends such a header is counted by their own address.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{HeaderName, Request};

use crate::acts::accounts::limits::Source;
use crate::config::Network;

/// The reader's address, as far as it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    pub address: Option<IpAddr>,
    /// Somebody in between speaks for them whom nobody named.
    is_spoken_for: bool,
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

impl Client {
    /// From the right of X-Forwarded-For, the first address that is not a trusted proxy's.
    pub fn of<B>(request: &Request<B>, trusted: &[Network]) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|info| info.0.ip().to_canonical());
        let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.holds(address));
        let said = request.headers().get_all(FORWARDED_FOR).iter();
        let said: Vec<&str> = said
            .flat_map(|line| line.to_str().unwrap_or("?").split(','))
            .map(str::trim)
            .collect();
        let Some(proxy) = peer.filter(|peer| is_trusted(*peer)) else {
            return Self {
                address: peer,
                is_spoken_for: !said.is_empty(),
            };
        };
        let mut address = proxy;
        for text in said.iter().rev() {
            match text.parse::<IpAddr>() {
                Ok(next) => address = next.to_canonical(),
                // What is no address was not written by the proxies that were named.
                Err(_) => break,
            }
            if !is_trusted(address) {
                break;
            }
        }
        Self {
            address: Some(address),
            is_spoken_for: false,
        }
    }

    /// By what tries are counted.
    pub fn source(&self) -> Source {
        Source(match self.address {
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
            None => "unknown".to_owned(),
        })
    }

    /// Whether it is a program that may watch the daemon.
    pub fn may_watch(&self, watch_from: &[Network]) -> bool {
        let Some(address) = self.address.filter(|_| !self.is_spoken_for) else {
            return false;
        };
        address.is_loopback() || watch_from.iter().any(|network| network.holds(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, said: &[&str], trusted: &str) -> Client {
        let mut request = Request::builder();
        for line in said {
            request = request.header("x-forwarded-for", *line);
        }
        let mut request = request.body(()).unwrap();
        let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
        request.extensions_mut().insert(ConnectInfo(peer));
        let trusted: Vec<Network> = Network::parse(trusted).into_iter().collect();
        Client::of(&request, &trusted)
    }

    #[test]
    fn a_stranger_s_word_about_the_address_counts_for_nothing() {
        let from = |peer, said: &[&str], trusted| client(peer, said, trusted).source().0;
        assert_eq!(from("198.51.100.7", &["10.0.0.1"], ""), "198.51.100.7");
        assert_eq!(
            from("127.0.0.1", &["203.0.113.9"], "127.0.0.1"),
            "203.0.113.9"
        );
        let forged = ["10.0.0.1, 203.0.113.9"];
        assert_eq!(from("127.0.0.1", &forged, "127.0.0.1"), "203.0.113.9");
        let chain = ["10.0.0.1, 203.0.113.9", "10.2.0.4"];
        assert_eq!(from("10.2.0.3", &chain, "10.2.0.0/16"), "203.0.113.9");
        assert_eq!(from("127.0.0.1", &["nonsense"], "127.0.0.1"), "127.0.0.1");
        assert_eq!(from("2001:db8:1:2:3:4:5:6", &[], ""), "2001:db8:1:2::/64");
    }

    #[test]
    fn what_a_proxy_hands_on_is_not_from_this_machine() {
        let may = |peer, said: &[&str], trusted| client(peer, said, trusted).may_watch(&[]);
        assert!(may("127.0.0.1", &[], ""));
        assert!(!may("198.51.100.7", &[], ""));
        assert!(
            !may("127.0.0.1", &["198.51.100.7"], ""),
            "a proxy nobody named"
        );
        assert!(!may("127.0.0.1", &["198.51.100.7"], "127.0.0.1"));
        assert!(!may("127.0.0.1", &["127.0.0.1"], ""));
        let network = [Network::parse("10.2.0.0/16").unwrap()];
        assert!(client("10.2.0.9", &[], "").may_watch(&network));
    }
}
