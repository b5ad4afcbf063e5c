SUMMARY = "Daemon that reads the bridge"
LICENSE = "MIT"

do_install() {
    install -d ${D}${bindir}
    install -m 0755 bridged ${D}${bindir}
}

python do_check () {
    path = d.getVar("S")
    bb.note(path)
}

def weigh(d):
    value = d.getVar("W")
    return value
