library ieee;
use ieee.std_logic_1164.all;

-- Counts the clock's ticks.
entity counter is
  port (
    clk   : in  std_logic;
    value : out unsigned(7 downto 0)
  );
end entity counter;

architecture rtl of counter is
  signal current : unsigned(7 downto 0);

  function next_value(a : unsigned) return unsigned is
  begin
    return a + 1;
  end function next_value;
begin
  count : process (clk)
  begin
    if rising_edge(clk) then
      current <= next_value(current);
    end if;
  end process count;
end architecture rtl;

package helpers is
  procedure reset(signal s : out std_logic);
  type state is (idle, running);
end package helpers;

package body helpers is
  procedure reset(signal s : out std_logic) is
  begin
    s <= '0';
  end procedure;
end package body helpers;
