extends CharacterBody2D
class_name Player

signal died

@export var speed := 200.0

# Moves by the pressed keys.
func _physics_process(delta: float) -> void:
	var direction := Input.get_vector("left", "right", "up", "down")
	velocity = direction * speed
	move_and_slide()

func hurt(amount: int) -> void:
	health -= amount
	if health <= 0:
		died.emit()

class Inventory:
	var items := []

	func add(item):
		items.append(item)
		return items.size()
