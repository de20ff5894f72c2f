//! Networks, as addresses with a prefix length.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net};

/// A network: `10.0.0.0/8`, `fd00::/8`, or a single address.
///
/// An IPv4 network also holds its IPv4-mapped IPv6 addresses, as which a dual-stack socket shows
/// IPv4 peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr(IpNet);

/// A text that is no network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CidrError(String);

impl std::fmt::Display for CidrError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = &self.0;
        write!(
            f,
            "{text:?} is no network; write an address, or one like 10.0.0.0/8"
        )
    }
}

impl std::error::Error for CidrError {}

impl Cidr {
    /// Whether `address` is in the network.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        let text = text.trim();
        let network = match text.parse::<IpAddr>() {
            Ok(address) => Ok(IpNet::from(address)),
            Err(_) => text.parse::<IpNet>(),
        };
        let network = network.map_err(|_| CidrError(text.to_owned()))?;
        Ok(Self(canonical(network)))
    }
}

impl From<IpAddr> for Cidr {
    fn from(address: IpAddr) -> Self {
        Self(canonical(address.into()))
    }
}

/// How many bits stand before an IPv4 address that is mapped into IPv6.
const MAPPED_BITS: u8 = 96;

/// A network of IPv4-mapped addresses as one of IPv4, as which its members are looked at.
fn canonical(network: IpNet) -> IpNet {
    let prefix = network.prefix_len().checked_sub(MAPPED_BITS);
    match (network, network.addr().to_canonical(), prefix) {
        (IpNet::V6(_), IpAddr::V4(address), Some(prefix)) => {
            Ipv4Net::new(address, prefix).map_or(network, IpNet::V4)
        }
        _ => network,
    }
}

/// Networks whose members are trusted. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Networks(Arc<[Cidr]>);

impl Networks {
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

impl FromIterator<Cidr> for Networks {
    fn from_iter<I: IntoIterator<Item = Cidr>>(networks: I) -> Self {
        Self(networks.into_iter().collect())
    }
}
