mod malformed;
mod round_trip;
mod tree;
mod vectors;
