local base = import 'base.libsonnet';

// A panel that shows one figure.
local panel(title, query) = {
  title: title,
  query: query,
  type: 'stat',
};

{
  name: 'depot',
  _config:: {
    refresh: '10s',
  },
  row(name):: {
    title: name,
    panels: [
      panel('a', 'b'),
    ],
  },
}
