"""``dowse-dev bench-model``."""

import json


def test_each_batch_size_is_measured(dowse_dev):
    done = dowse_dev("bench-model", "hash", "--batch-sizes", "1,16", "--texts", "32", "--json")
    runs = json.loads(done.out)["runs"]
    assert [run["batch"] for run in runs] == [1, 16]
    assert all(run["textsPerSecond"] > 0 for run in runs)


def test_sizes_and_types_that_make_no_sense_are_refused(dowse_dev):
    for options in (["--batch-sizes", "x"], ["--batch-sizes", "0"], ["--dtypes", "int3"], ["--dtypes", "float16"]):
        assert dowse_dev("bench-model", "hash", *options).code == 2
