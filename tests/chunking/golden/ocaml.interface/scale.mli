(** Weighing. *)

type t

val make : limit:int -> t
(** Makes a scale that shows
    at most [limit]. *)

val too_heavy :
  t ->
  int ->
  bool
(** Says whether a weight
    is too much
    for a scale. *)

(** Sets it back. It is said
    before it, as in code. *)
val reset : t -> unit

module Unit : sig
  type t = Gram | Kilo

  val name : t -> string
  (** What people call it,
      in the language
      of the depot. *)
end
