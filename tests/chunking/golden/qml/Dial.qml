import QtQuick 2.15

Item {
    id: dial
    property int value: 0

    function turn(by) {
        value = Math.min(value + by, 100)
        return value
    }

    MouseArea {
        anchors.fill: parent
        onClicked: dial.turn(10)
    }
}
