//! What the spans say: those of a small web shop, each a little different.

/// Attributes of the resource that all spans have.
pub const RESOURCE: [(&str, &str); 8] = [
    ("service.name", "cart-service"),
    ("service.namespace", "shop"),
    ("service.version", "2.14.3"),
    (
        "service.instance.id",
        "5d3c1a7e-0b1f-4a57-9c86-2f0f6a1be1c4",
    ),
    ("deployment.environment.name", "production"),
    ("host.name", "ip-10-0-3-17.eu-central-1.compute.internal"),
    ("cloud.region", "eu-central-1"),
    ("telemetry.sdk.language", "rust"),
];

/// The instrumentation scope.
pub const SCOPE: (&str, &str) = ("shop.http.server", "0.9.1");

/// Consecutive spans of one request that are one trace; the first of them is the root.
pub const TRACE: u64 = 8;

/// An attribute's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A double.
    Double(f64),
    /// A signed integer.
    Int(i64),
    /// Text.
    Text(String),
}

/// An attribute.
pub type Attribute = (&'static str, Value);

/// A span without ids.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Its name.
    pub name: &'static str,
    /// Nanoseconds since 1970.
    pub start: u64,
    /// Nanoseconds since 1970.
    pub end: u64,
    /// Eleven attributes.
    pub attributes: Vec<Attribute>,
    /// Every fifth span has one.
    pub event: Option<Event>,
}

/// Something that happened while a span was open.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What.
    pub name: &'static str,
    /// Nanoseconds since 1970.
    pub time: u64,
    /// Two attributes.
    pub attributes: Vec<Attribute>,
}

const ROUTES: [(&str, &str); 4] = [
    ("GET /api/v1/carts/{cart_id}", "/api/v1/carts/"),
    ("POST /api/v1/carts/{cart_id}/items", "/api/v1/items/"),
    ("GET /api/v1/products/{product_id}", "/api/v1/products/"),
    ("PUT /api/v1/orders/{order_id}/state", "/api/v1/orders/"),
];

const AGENTS: [&str; 3] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15",
    "okhttp/4.12.0 (shop-android; build 20871; release channel: beta)",
];

/// The first span starts at 2026-01-01T00:00:00Z unless it is said otherwise.
pub const EPOCH: u64 = 1_767_225_600_000_000_000;

/// The `index`th span; the same each time.
#[must_use]
pub fn span(index: u64) -> Span {
    let mut random = Random(index);
    let (name, path) = pick(&ROUTES, random.next());
    let start = EPOCH + index * 137_000 + random.next() % 100_000;
    let end = start + 300_000 + random.next() % 40_000_000;
    Span {
        name,
        start,
        end,
        attributes: attributes(name, path, &mut random),
        event: (index % 5 == 4).then(|| Event {
            name: "cache.miss",
            time: start + 150_000,
            attributes: vec![
                ("cache.key", text(format!("cart:{:016x}", random.next()))),
                ("cache.generation", int(random.next() % 5_000)),
            ],
        }),
    }
}

fn attributes(name: &'static str, path: &str, random: &mut Random) -> Vec<Attribute> {
    let (method, route) = name.split_once(' ').unwrap_or_default();
    let status = pick(&[200_u64, 200, 200, 201, 304, 404], random.next());
    let path = format!("{path}{:012x}", random.next() >> 16);
    let peer = format!("10.0.{}.{}", random.next() % 256, random.next() % 256);
    vec![
        ("http.request.method", text(method)),
        ("url.scheme", text("https")),
        ("url.path", text(path)),
        ("http.route", text(route)),
        ("http.response.status_code", int(status)),
        ("server.address", text("shop.example.com")),
        ("client.address", text(peer)),
        ("network.protocol.version", text("1.1")),
        ("user_agent.original", text(pick(&AGENTS, random.next()))),
        ("thread.id", int(random.next() % 64)),
        (
            "shop.cart.total",
            // Cents, so that the text of it is short.
            Value::Double(f64::from((random.next() % 50_000) as u32) / 100.0),
        ),
    ]
}

fn text(value: impl Into<String>) -> Value {
    Value::Text(value.into())
}

fn int(value: u64) -> Value {
    Value::Int(value.cast_signed())
}

fn pick<T: Copy>(of: &[T], random: u64) -> T {
    of[random as usize % of.len()]
}

/// Mixes the bits of a number.
#[must_use]
pub const fn mix(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// The same numbers for the same start.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }
}
