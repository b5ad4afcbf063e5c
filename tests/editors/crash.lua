-- Neovim whose server dies: the next question starts another, which knows what is unsaved.

local seeing = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/seeing.lua')
local seen = seeing.seen

seeing.run(function()
  local dowse = require('dowse')
  vim.cmd('edit net.py')
  seeing.wait_for('the index', function()
    return dowse.status() == 'Dowse'
  end)
  for _, process in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    (vim.uv or vim.loop).kill(process, 'sigkill')
  end
  seeing.wait_for('the end of the server', function()
    return dowse.status() == ''
  end)
  vim.api.nvim_buf_set_lines(0, 0, 0, false, { 'def weigh_elephant(scale):', '    return scale.read()', '', '' })
  vim.cmd('edit other.py')
  seeing.wait_for('the unsaved text', function()
    vim.cmd('Dowse! weigh an elephant')
    vim.wait(500, function()
      return #vim.fn.getqflist() > 0
    end, 20)
    local first = vim.fn.getqflist()[1]
    return first and first.text:match('weigh_elephant')
  end)
  seen.text = vim.fn.getqflist()[1].text
end)
