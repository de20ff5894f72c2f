mod notation;
mod recorder;
mod tree;
