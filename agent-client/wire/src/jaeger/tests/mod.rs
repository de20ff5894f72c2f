mod limits;
mod proto;
mod samples;
mod thrift;
