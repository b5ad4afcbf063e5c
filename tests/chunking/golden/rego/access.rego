package depot.access

import rego.v1

default allow := false

# Owners may read what is theirs.
allow if {
	input.method == "GET"
	input.user == data.owners[input.parcel]
}

is_admin(user) if {
	some role in data.roles[user]
	role == "admin"
}

denied contains reason if {
	not allow
	reason := "not the owner"
}
