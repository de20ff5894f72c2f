//! Series in requests of bounded size.

use campanile_wire::prometheus::Settings;
use prost::Message as _;

use super::sink::{WriteRequest, shown};
use crate::exporters::prometheusremotewrite::batch::{Batch, Batches};
use crate::exporters::prometheusremotewrite::gather::{Gathered, gather};
use crate::exporters::testing::{SUM, Sum, sums};

fn gathered(points: &[Sum<'_>]) -> Gathered {
    let settings = Settings {
        without_target_info: true,
        ..Settings::default()
    };
    gather(sums("cart", points).bytes(), &settings, 1)
}

fn paths() -> Vec<Sum<'static>> {
    let paths = ["/a", "/b", "/c", "/d", "/e"].into_iter();
    let two = |path| {
        [
            Sum {
                path,
                time: 2,
                ..SUM
            },
            Sum { path, ..SUM },
        ]
    };
    paths.flat_map(two).collect()
}

#[test]
fn requests_keep_the_limit_and_together_hold_everything_in_order() {
    let gathered = gathered(&paths());
    let whole: Vec<Batch> = Batches::new(&gathered, true, usize::MAX).collect();
    assert_eq!(whole.len(), 1);
    let expected = WriteRequest::decode(&whole[0].request[..]).expect("protobuf");
    assert_eq!(
        shown(&expected)[0],
        "requests_total{job=cart,path=/a} 1@1000 1@2000"
    );
    assert_eq!((expected.timeseries.len(), expected.metadata.len()), (5, 1));
    let series = whole[0].request.len() / 6;
    for max_bytes in [0, 1, series, 2 * series + 20, whole[0].request.len()] {
        let batches: Vec<Batch> = Batches::new(&gathered, true, max_bytes).collect();
        let mut all = WriteRequest::default();
        for batch in &batches {
            let read = WriteRequest::decode(&batch.request[..]).expect("protobuf");
            let parts = read.timeseries.len() + read.metadata.len();
            assert!(
                batch.request.len() <= max_bytes || parts == 1,
                "{max_bytes}"
            );
            all.timeseries.extend(read.timeseries);
            all.metadata.extend(read.metadata);
        }
        assert_eq!(all, expected, "{max_bytes}");
        assert_eq!(batches.iter().map(|batch| batch.points).sum::<u64>(), 10);
    }
    assert_eq!(Batches::new(&Gathered::default(), true, 9).count(), 0);
}

#[test]
fn names_that_clash_and_deltas_are_not_gathered() {
    let found = gathered(&[
        SUM,
        Sum {
            temporality: 1,
            ..SUM
        },
        // What OpenMetrics calls the start of the other.
        Sum {
            name: "requests.created",
            ..SUM
        },
    ]);
    assert_eq!(found.series.len(), 1);
    assert_eq!(found.series.values().map(Vec::len).sum::<usize>(), 1);
    let message = format!("{:?}", found.tally);
    assert_eq!(
        message,
        r#"Tally({"conflicting_type": 1, "not_cumulative": 1})"#
    );
}
