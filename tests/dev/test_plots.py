import xml.etree.ElementTree as ET

from dowse_dev.plots import dot_plot


def test_a_plot_is_well_formed_whatever_the_names():
    plot = ET.fromstring(dot_plot("ndcg@10", {"<a & b>": {"r": 0.5, "s": 1.0}, "other": {"r": 0.25}}))
    assert len(plot.findall("{http://www.w3.org/2000/svg}circle")) == 3 + 2 + 2
