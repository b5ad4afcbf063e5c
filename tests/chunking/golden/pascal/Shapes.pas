unit Shapes;

interface

type
  TCircle = class
    Radius: Double;
    function Area: Double;
  end;

implementation

function TCircle.Area: Double;
begin
  Result := Pi * Radius * Radius;
end;

procedure Report(const Text: string);
begin
  WriteLn(Text);
end;

end.
