mod histograms;
mod labels;
mod names;
mod pages;
mod random;
mod strict;
mod support;
mod written;
