-- Neovim as it is when it was started without a file.

local seeing = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/seeing.lua')
local seen = seeing.seen

seeing.run(function()
  local dowse = require('dowse')
  seen.before = dowse.status()
  vim.ui.select = function(items)
    seen.names = vim.tbl_map(function(item)
      return item.text:match('^(.-) — ')
    end, items)
  end
  -- The first answers come while the folder is still read, from what has been read.
  seeing.wait_for('the answer', function()
    seen.names = nil
    vim.cmd('Dowse look a colour up')
    vim.wait(500, function()
      return seen.names
    end, 20)
    return seen.names and seen.names[1] == 'colour_of'
  end)
end)
