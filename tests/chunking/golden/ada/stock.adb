with Ada.Text_IO;

--  Counts what lies in a warehouse.
package body Stock is

   Limit : constant := 100;

   type Shelf is record
      Place : Positive;
      Count : Natural := 0;
   end record;

   --  Puts one thing onto a shelf.
   procedure Put (On : in out Shelf) is
   begin
      On.Count := On.Count + 1;
   end Put;

   function Is_Full (This : Shelf) return Boolean is
   begin
      return This.Count >= Limit;
   end Is_Full;

   task body Watcher is
   begin
      loop
         Put_Line ("watching");
      end loop;
   end Watcher;

end Stock;
