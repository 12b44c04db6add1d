//! The pages: where they listen, by which address readers reach them, and whom the word of others is
//! taken for.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Deserializer};

use super::{ConfigError, unfit};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    pub listen: String,
    pub public_url: String,
    /// Proxies whose word about the reader's address is believed.
    #[serde(deserialize_with = "networks")]
    pub trusted_proxies: Vec<Network>,
    /// From where programs may watch the daemon, beside this machine.
    #[serde(deserialize_with = "networks")]
    pub watch_from: Vec<Network>,
    /// The largest file that is kept as evidence, in megabytes.
    pub max_file_mb: u32,
}

impl Web {
    /// The largest file that is kept as evidence, in bytes.
    pub fn max_file(&self) -> usize {
        usize::try_from(self.max_file_mb)
            .unwrap_or(usize::MAX)
            .saturating_mul(1_000_000)
    }

    /// The address to listen on.
    pub fn address(&self) -> Result<SocketAddr, ConfigError> {
        let local = self.listen.replace("localhost", "127.0.0.1");
        local.parse().map_err(|_| {
            unfit(
                "web.listen",
                format!(
                    "`{}` is not an address and port; write it like 127.0.0.1:8080",
                    self.listen
                ),
            )
        })
    }

    /// Where no address is given by which readers reach the pages, it is the one they listen on.
    pub(super) fn follow_the_address(&mut self) -> Result<(), ConfigError> {
        if self.public_url.trim().is_empty() {
            self.public_url = format!("http://{}", self.address()?);
        }
        Ok(())
    }

    /// Whether readers reach the pages over TLS.
    pub fn is_encrypted(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        self.address()?;
        let url = &self.public_url;
        if !(url.starts_with("http://") || url.starts_with("https://"))
            || url.chars().any(|c| c.is_whitespace() || c.is_control())
        {
            return Err(unfit(
                "web.public_url",
                format!(
                    "`{url}` is not an address; write it like https://aide-memoire.mfa.example.org"
                ),
            ));
        }
        Ok(())
    }

    /// The address to serve on. People sign in: what they type crosses no network in the clear.
    pub fn to_serve_on(&self) -> Result<SocketAddr, ConfigError> {
        let address = self.address()?;
        if self.is_encrypted() || (address.ip().is_loopback() && self.is_for_this_machine()) {
            return Ok(address);
        }
        let problem = format!(
            "`{}` is not encrypted, and passwords would cross the network in the clear. Put a proxy that \
             speaks TLS before the pages (deploy/Caddyfile) and give the https:// address by which \
             readers reach it; plain http:// is for this machine alone, on a loopback address",
            self.public_url
        );
        Err(unfit("web.public_url", problem))
    }

    /// Whether its address leads nowhere else.
    fn is_for_this_machine(&self) -> bool {
        let Ok(url) = self.public_url.parse::<axum::http::Uri>() else {
            return false;
        };
        let host = url.host().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let address = bare.parse::<IpAddr>();
        host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|a| a.is_loopback())
    }
}

/// Addresses that begin alike: `10.2.0.0/16`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().ok()?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(width);
        (bits <= width).then_some(Self { address, bits })
    }

    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => same(
                ours.to_bits().into(),
                theirs.to_bits().into(),
                32,
                self.bits,
            ),
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                same(ours.to_bits(), theirs.to_bits(), 128, self.bits)
            }
            _ => false,
        }
    }
}

fn same(one: u128, other: u128, width: u32, bits: u32) -> bool {
    bits == 0 || (one ^ other) >> (width - bits) == 0
}

/// A list, or (from the environment) one text with commas or spaces between.
fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Network>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        List(Vec<String>),
        Text(String),
    }
    let written = match Written::deserialize(deserializer)? {
        Written::List(list) => list,
        Written::Text(text) => text
            .split([',', ' '])
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect(),
    };
    let parsed = written.iter().map(|text| {
        Network::parse(text).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{text}` is neither an address nor a network; write it like 10.2.0.7 or 10.2.0.0/16"
            ))
        })
    });
    parsed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(listen: &str, public_url: &str) -> Web {
        Web {
            listen: listen.into(),
            public_url: public_url.into(),
            trusted_proxies: Vec::new(),
            watch_from: Vec::new(),
            max_file_mb: 10,
        }
    }

    #[test]
    fn passwords_cross_no_network_in_the_clear() {
        let may = |listen, url| web(listen, url).to_serve_on().is_ok();
        assert!(may("127.0.0.1:8080", "http://127.0.0.1:8080"));
        assert!(may("[::1]:8080", "http://localhost:8080"));
        assert!(may("127.0.0.1:8080", "https://aide.mfa.example.org"));
        assert!(may("0.0.0.0:8080", "https://aide.mfa.example.org"));
        assert!(!may("0.0.0.0:8080", "http://127.0.0.1:8080"));
        assert!(!may("127.0.0.1:8080", "http://aide.mfa.example.org"));
        let refusal = web("0.0.0.0:8080", "http://10.0.0.1").to_serve_on();
        let refusal = refusal.unwrap_err().to_string();
        assert!(refusal.contains("in the clear"), "{refusal}");
    }

    #[test]
    fn a_network_holds_what_begins_alike() {
        let holds = |network: &str, address: &str| {
            Network::parse(network)
                .unwrap()
                .holds(address.parse().unwrap())
        };
        assert!(holds("10.2.0.0/16", "10.2.255.1"));
        assert!(!holds("10.2.0.0/16", "10.3.0.1"));
        assert!(holds("10.2.0.7", "10.2.0.7"));
        assert!(holds("10.2.0.7", "::ffff:10.2.0.7"));
        assert!(!holds("10.2.0.7", "10.2.0.8"));
        assert!(holds("0.0.0.0/0", "198.51.100.1"));
        assert!(!holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("2001:db8::/32", "2001:db8:1::5"));
        assert!(!holds("2001:db8::/32", "2001:db9::"));
        for odd in ["", "10.2", "10.2.0.0/33", "x/8", "10.2.0.0/x"] {
            assert_eq!(Network::parse(odd), None, "{odd}");
        }
    }
}
