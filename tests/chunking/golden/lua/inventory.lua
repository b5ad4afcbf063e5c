local json = require("json")

local M = {}
local MAX_SLOTS = 40

--- Adds items, stacking where it can.
-- @param item string
function M.add(inventory, item, count)
  for _, slot in ipairs(inventory) do
    if slot.item == item then
      slot.count = slot.count + count
      return slot
    end
  end
  return nil
end

M.remove = function(inventory, item)
  inventory[item] = nil
  return inventory
end

local function sorted(inventory)
  table.sort(inventory, function(a, b) return a.item < b.item end)
  return inventory
end

local Chest = {}
Chest.__index = Chest

function Chest:open(player)
  self.opened_by = player
  return self
end

local handlers = {
  on_drop = function(event)
    M.remove(event.inventory, event.item)
  end,
}

return M
