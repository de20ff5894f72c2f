mod basics;
mod damage;
mod faults;
mod limits;
mod model;
mod on_disk;
mod power;
mod support;
