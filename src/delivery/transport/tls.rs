//! What we trust when the conversation is encrypted: the system's certificates, and a ministry's
//! own authority where the settings name one. One provider (ring), for implicit TLS and STARTTLS.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::TransportError;

/// The certificates we trust, and the name the relay must bear.
pub(super) struct Trust {
    connector: TlsConnector,
    name: ServerName<'static>,
}

/// A handshake that failed.
pub(super) enum HandshakeError {
    /// The relay is not who we expect, or does not speak TLS as we do.
    Refused(String),
    Network(String),
}

impl Trust {
    pub(super) fn new(host: &str, ca_file: &str) -> Result<Self, TransportError> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| TransportError::Host(host.to_owned()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring knows the default versions of TLS")
            .with_root_certificates(roots(ca_file)?)
            .with_no_client_auth();
        Ok(Self {
            connector: TlsConnector::from(Arc::new(config)),
            name,
        })
    }

    pub(super) async fn handshake<S>(&self, stream: S) -> Result<TlsStream<S>, HandshakeError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let secured = self.connector.connect(self.name.clone(), stream).await;
        secured.map_err(|error| {
            // What rustls itself refuses arrives inside the error of the stream.
            let by_tls = error
                .get_ref()
                .and_then(|e| e.downcast_ref::<rustls::Error>());
            match by_tls {
                Some(refusal) => HandshakeError::Refused(refusal.to_string()),
                None => HandshakeError::Network(error.to_string()),
            }
        })
    }
}

fn roots(ca_file: &str) -> Result<RootCertStore, TransportError> {
    let mut roots = RootCertStore::empty();
    let native = rustls_native_certs::load_native_certs();
    // A system store holds old certificates that cannot be parsed; those are left out.
    roots.add_parsable_certificates(native.certs);
    if !ca_file.is_empty() {
        add_authority(&mut roots, Path::new(ca_file))?;
    }
    if roots.is_empty() {
        let reasons: Vec<_> = native.errors.iter().map(ToString::to_string).collect();
        return Err(TransportError::NoTrust(reasons.join("; ")));
    }
    Ok(roots)
}

fn add_authority(roots: &mut RootCertStore, path: &Path) -> Result<(), TransportError> {
    let unfit = |reason: String| TransportError::Authority {
        path: path.to_owned(),
        reason,
    };
    let certificates = CertificateDer::pem_file_iter(path).map_err(|e| unfit(e.to_string()))?;
    let mut found = 0;
    for certificate in certificates {
        let certificate = certificate.map_err(|e| unfit(e.to_string()))?;
        roots.add(certificate).map_err(|e| unfit(e.to_string()))?;
        found += 1;
    }
    if found == 0 {
        return Err(unfit("it holds no PEM certificate".to_owned()));
    }
    Ok(())
}
