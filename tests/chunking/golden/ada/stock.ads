--  What a warehouse offers.
package Stock is

   type Shelf is private;

   --  Puts one thing onto a shelf,
   --  unless it is full.
   procedure Put (On : in out Shelf);

   function Is_Full
     (This : Shelf;
      Limit : Positive)
      return Boolean;

   protected type Counter is
      procedure Increment;
      function Value return Natural;
   private
      Current : Natural := 0;
   end Counter;

end Stock;
