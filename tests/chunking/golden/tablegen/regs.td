// A register.
class Reg<string n> {
  string Name = n;
  int Number = 0;
}

def R0 : Reg<"r0"> {
  let Number = 0;
  let Size = 4;
}

multiclass Arith<string op> {
  def rr : Inst<op>;
  def ri : Inst<op>;
}
