//! Certificates, and TLS in front of an agent that knows nothing of it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use campanile_agent_client::environment::Tls;
use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

use super::agent::runtime;
use super::free_address;

/// An authority and the certificates it gave to a server at 127.0.0.1 and to a client, in files.
#[derive(Debug)]
pub(crate) struct Authority(tempfile::TempDir);

impl Authority {
    pub(crate) fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        folder.write("ca.pem", &certificate.pem());
        let issuer = Issuer::new(params, key);
        folder.issue(
            "server",
            "127.0.0.1",
            ExtendedKeyUsagePurpose::ServerAuth,
            &issuer,
        );
        folder.issue(
            "client",
            "client",
            ExtendedKeyUsagePurpose::ClientAuth,
            &issuer,
        );
        folder
    }

    fn issue(
        &self,
        name: &str,
        subject: &str,
        usage: ExtendedKeyUsagePurpose,
        issuer: &Issuer<'_, KeyPair>,
    ) {
        let mut params = CertificateParams::new(vec![subject.to_owned()]).unwrap();
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, issuer).unwrap();
        self.write(&format!("{name}.pem"), &certificate.pem());
        self.write(&format!("{name}.key"), &key.serialize_pem());
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What a client without a certificate is told.
    pub(crate) fn trusted(&self) -> Tls {
        let mut tls = Tls::default();
        tls.certificate = Some(self.path("ca.pem"));
        tls
    }

    /// What a client with one is told.
    pub(crate) fn known(&self) -> Tls {
        let mut tls = self.trusted();
        tls.client_certificate = Some(self.path("client.pem"));
        tls.client_key = Some(self.path("client.key"));
        tls
    }

    fn server(&self, asks_clients: bool) -> ServerConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = if asks_clients {
            let mut roots = RootCertStore::empty();
            roots.add(certificate(&self.path("ca.pem"))).unwrap();
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::from_pem_file(self.path("server.key")).unwrap();
        let chain = vec![certificate(&self.path("server.pem"))];
        let mut config = builder.with_single_cert(chain, key).unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config
    }
}

fn certificate(path: &Path) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(path).unwrap()
}

/// Takes TLS connections and passes on what is in them.
#[derive(Debug)]
pub(crate) struct TlsFront {
    pub(crate) address: SocketAddr,
    handshakes: Arc<Mutex<Vec<Option<Vec<u8>>>>>,
    runtime: Option<Runtime>,
}

impl TlsFront {
    pub(crate) fn start(agent: SocketAddr, authority: &Authority, asks_clients: bool) -> Self {
        Self::start_at(free_address(), agent, authority, asks_clients)
    }

    pub(crate) fn start_at(
        address: SocketAddr,
        agent: SocketAddr,
        authority: &Authority,
        asks_clients: bool,
    ) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(authority.server(asks_clients)));
        let handshakes = Arc::<Mutex<Vec<_>>>::default();
        let runtime = runtime();
        let listener = runtime.block_on(TcpListener::bind(address)).unwrap();
        let done = Arc::clone(&handshakes);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, done) = (acceptor.clone(), Arc::clone(&done));
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let protocol = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
                    done.lock().unwrap().push(protocol);
                    let mut agent = TcpStream::connect(agent).await.unwrap();
                    // Either side may end it as it likes.
                    let _ = tokio::io::copy_bidirectional(&mut stream, &mut agent).await;
                });
            }
        });
        Self {
            address,
            handshakes,
            runtime: Some(runtime),
        }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("https://{}", self.address)
    }

    /// What was agreed on in every handshake that went well.
    pub(crate) fn protocols(&self) -> Vec<Option<Vec<u8>>> {
        self.handshakes.lock().unwrap().clone()
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(super::DEADLINE);
        }
    }
}
