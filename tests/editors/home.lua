-- Neovim in a home folder, at a file that belongs to no project.

local seeing = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/seeing.lua')
local seen = seeing.seen

seeing.run(function()
  vim.cmd('cd ~')
  vim.cmd('edit notes.py')
  vim.cmd('Dowse anything')
  seen.status = require('dowse').status()
end)
