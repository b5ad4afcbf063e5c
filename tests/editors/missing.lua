-- Neovim where the server's command is missing.

local seeing = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/seeing.lua')
local seen = seeing.seen

seeing.run(function()
  vim.cmd('edit net.py')
  vim.cmd('checkhealth dowse')
  seen.health = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  vim.cmd('Dowse anything')
end)
