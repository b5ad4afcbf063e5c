# Keeps the clock right.
class clock::server (
  String $pool = 'pool.ntp.org',
) inherits clock {
  package { 'chrony':
    ensure => installed,
  }
}

define clock::source (
  Integer $weight = 1,
) {
  file { "/etc/chrony/${name}":
    ensure => file,
  }
}

node 'bridge.example.com' {
  include clock::server
  notify { 'hello': }
}

function clock::offset(Integer $zone) >> Integer {
  $hours = $zone * 3600
  $hours
}
