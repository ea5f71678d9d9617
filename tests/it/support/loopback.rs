//! HTTP servers on the loopback interface, and a port on which there is none.

use std::{error::Error, net::SocketAddr};

use hyper::{
    Request, Response,
    body::{Body, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpSocket},
    runtime::Runtime,
};

/// Why there is no answer: the connection is closed instead.
pub type Failure = Box<dyn Error + Send + Sync>;

/// An HTTP/1.1 server on a free port. It serves until it is dropped.
pub struct Loopback {
    pub address: SocketAddr,
    _runtime: Runtime,
}

impl Loopback {
    /// Answers each request with `answer`; without an answer the connection is closed.
    pub fn serve<A, F, B>(answer: A) -> Self
    where
        A: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<Response<B>, Failure>> + Send + 'static,
        B: Body<Data: Send, Error: Into<Failure>> + Send + 'static,
    {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .expect("a free port");
        let address = listener.local_addr().expect("an address");
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answer = answer.clone();
                tokio::spawn(
                    http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service_fn(answer)),
                );
            }
        });
        Self {
            address,
            _runtime: runtime,
        }
    }

    /// Such as `http://127.0.0.1:1234`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// A loopback port that nobody listens on: who connects is refused, and as long as this lives
/// nobody who asks for a free port gets it. A server that is told the port may take it.
pub struct ReservedPort {
    pub address: SocketAddr,
    _socket: TcpSocket,
}

impl ReservedPort {
    pub fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        // Lets a server that sets the same option listen there all the same.
        socket.set_reuseaddr(true).expect("the option");
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        socket.bind(any).expect("a free port");
        let address = socket.local_addr().expect("an address");
        Self {
            address,
            _socket: socket,
        }
    }
}
