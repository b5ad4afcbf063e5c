open Printf

(** A queue of two lists. *)
type 'a t = {
  front : 'a list;
  back : 'a list;
}

exception Empty

let empty = { front = []; back = [] }

(** Adds at the back. *)
let push x q =
  { q with back = x :: q.back }

let rec pop q =
  match q.front with
  | x :: front -> (x, { q with front })
  | [] ->
    if q.back = [] then raise Empty
    else pop { front = List.rev q.back; back = [] }

module Counter = struct
  let count = ref 0

  let next () =
    incr count;
    !count
end

module type Store = sig
  type key
  val find : key -> string option
end

class printer prefix = object
  method print text =
    printf "%s%s\n" prefix text
end
