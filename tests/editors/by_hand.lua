-- Neovim with the server alone: the code action opens a document.

local seeing = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/seeing.lua')
local seen = seeing.seen

seeing.run(function()
  vim.cmd('edit net.py')
  seeing.wait_for('the server', function()
    return vim.lsp.get_clients({ name = 'dowse', bufnr = 0 })[1]
  end)
  vim.fn.search('def retry_with_backoff')
  vim.cmd('normal! V')
  vim.ui.select = function(items, _, on_choice)
    on_choice(items[1], 1)
  end
  vim.lsp.buf.code_action()
  seeing.wait_for('the document', function()
    return vim.fn.expand('%:e') == 'md'
  end)
  seen.document = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
end)
