//! The list in Thrift: the binary protocol, without a message around it.
