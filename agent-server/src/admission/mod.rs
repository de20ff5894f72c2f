//! How much of the agent's memory telemetry may take: bytes are leased before they are read.
//!
//! One [`Memory`] for the whole agent. A receiver leases what arrives before it reads it, and what
//! it inflates while it inflates it; a sender for which there is nothing left is told to come back,
//! or, where a protocol has flow control and no way to say so, is not read meanwhile. What waits in
//! the lanes was leased when it arrived and cannot be refused any more: it is counted, and leaves
//! less for what arrives.
//!
//! # Without and with a limit
//!
//! Without the processor `memory_limiter` 128 MiB may be arriving at a time, and every queue has
//! its own bound. With it, what arrives and what waits share `limit_mib` less `spike_limit_mib` and
//! less what the process had before there was any, and a [watch](Memory::watch) over the process
//! refuses everything while it has more than `limit_mib` resident, whatever the reason.
//!
//! # Fairness
//!
//! A sender may hold as much as it leaves free: one alone gets half, two greedy ones a third each,
//! and there is always room for one more. Senders are told apart by [`Party`].

mod lease;
mod memory;
mod party;
mod watch;

#[cfg(test)]
mod tests;

pub(crate) use self::lease::{Budget, Lease};
pub(crate) use self::memory::Kept;
pub use self::memory::{Ceiling, Limited, Memory};
pub use self::party::Party;
pub(crate) use self::party::network;
