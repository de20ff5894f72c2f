//! The UDP sides. They differ in their port.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::Invalid;
use crate::config::Endpoint;

/// The largest payload that IPv4 can carry.
const LARGEST: usize = 65_507;

macro_rules! listener {
    ($(#[$docs:meta])* $name:ident, $protocol:literal, $port:literal) => {
        $(#[$docs])*
        #[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            /// Where to listen. Default: the loopback interface, at the protocol's own port.
            pub endpoint: Endpoint,
            /// Datagrams that may wait to be read; those that find no room are dropped and counted.
            /// Default 1000.
            pub queue_size: usize,
            /// The largest datagram in bytes; larger ones are dropped and counted. Default 65000.
            pub max_packet_size: usize,
            /// Tasks that read datagrams and wait for the pipeline. Default 10.
            pub workers: usize,
            /// The kernel's buffer for datagrams that have not been received, in bytes. Default 0:
            /// the system's. Larger than its limit (`net.core.rmem_max`) it is that limit.
            pub socket_buffer_size: usize,
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    endpoint: Endpoint::loopback($port),
                    queue_size: 1_000,
                    max_packet_size: 65_000,
                    workers: 10,
                    socket_buffer_size: 0,
                }
            }
        }

        impl $name {
            pub(in crate::receivers::jaeger) fn udp(&self) -> Udp<'_> {
                Udp {
                    protocol: $protocol,
                    endpoint: &self.endpoint,
                    queue_size: self.queue_size,
                    max_packet_size: self.max_packet_size,
                    workers: self.workers,
                    socket_buffer_size: self.socket_buffer_size,
                }
            }
        }
    };
}

listener!(
    /// Thrift binary over UDP, by default on 127.0.0.1:6832.
    ThriftBinary,
    "thrift_binary",
    6832
);
listener!(
    /// Thrift compact over UDP, by default on 127.0.0.1:6831.
    ThriftCompact,
    "thrift_compact",
    6831
);

/// Either listener.
#[derive(Clone, Copy, Debug)]
pub(in crate::receivers::jaeger) struct Udp<'c> {
    /// The key below `protocols`.
    pub(in crate::receivers::jaeger) protocol: &'static str,
    pub(in crate::receivers::jaeger) endpoint: &'c Endpoint,
    pub(in crate::receivers::jaeger) queue_size: usize,
    pub(in crate::receivers::jaeger) max_packet_size: usize,
    pub(in crate::receivers::jaeger) workers: usize,
    pub(in crate::receivers::jaeger) socket_buffer_size: usize,
}

impl Udp<'_> {
    /// The path of a key of this listener.
    pub(in crate::receivers::jaeger) fn key(&self, key: &str) -> String {
        format!("protocols.{}.{key}", self.protocol)
    }

    /// Everything wrong with it.
    pub(super) fn wrong(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        for (key, value) in [("queue_size", self.queue_size), ("workers", self.workers)] {
            if value == 0 {
                wrong.push(Invalid::new(self.key(key), "must be at least 1"));
            }
        }
        if !(1..=LARGEST).contains(&self.max_packet_size) {
            let message = format!("must be between 1 and {LARGEST}, the most that UDP carries");
            wrong.push(Invalid::new(self.key("max_packet_size"), message));
        }
        wrong
    }
}
