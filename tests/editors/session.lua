-- A session in Neovim, as a user has it.

local seeing = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/seeing.lua')
local seen, wait_for = seeing.seen, seeing.wait_for

local picked
vim.ui.select = function(items, select, on_choice)
  picked = { prompt = select.prompt, names = {}, shown = {} }
  for index, item in ipairs(items) do
    picked.names[index] = item.text:match('^(.-) — ')
    picked.shown[index] = select.format_item(item)
  end
  local preview = select.preview_item(items[1])
  picked.preview = vim.api.nvim_buf_get_lines(preview.buf, preview.pos[1] - 1, preview.pos[1], false)[1]
  picked.preview_lines = preview[1]
  on_choice(items[1], 1)
end

local function pick(what, act)
  picked = nil
  act()
  wait_for(what, function()
    return picked
  end)
  local at = vim.api.nvim_win_get_cursor(0)
  picked.file = vim.fn.expand('%:t')
  picked.line = vim.api.nvim_get_current_line()
  picked.column = at[2]
  return picked
end

local function quickfix()
  return vim.tbl_map(function(item)
    return item.text
  end, vim.fn.getqflist())
end

local function put(line, text)
  vim.api.nvim_buf_set_lines(0, line, line, false, text)
end

local function go_to(name)
  vim.cmd('buffer net.py')
  vim.fn.cursor(1, 1)
  vim.fn.search('def ' .. name)
  vim.cmd('normal! w')
end

seeing.run(function()
  local dowse = require('dowse')
  vim.cmd('edit net.py')
  wait_for('the index', function()
    return dowse.status() == 'Dowse'
  end)

  put(0, { 'def weigh_elephant(scale):', '    return scale.read() / 1000', '', '' })
  vim.cmd('edit other.py')
  seen.search = pick('the search', function()
    vim.cmd('Dowse weigh an elephant')
  end)
  seen.unsaved = vim.bo.modified
  seen.quickfix = quickfix()

  go_to('retry_with_backoff')
  seen.similar = pick('similar code', function()
    vim.cmd('DowseSimilar')
  end)

  go_to('retry_with_backoff')
  vim.cmd('normal! jVjj' .. vim.api.nvim_replace_termcodes('<Esc>', true, true, true))
  seen.similar_to_selection = pick('code like the selection', function()
    vim.cmd("'<,'>DowseSimilar")
  end)

  vim.cmd('Dowse! repeat a failing call')
  wait_for('the quickfix window', function()
    return vim.bo.buftype == 'quickfix'
  end)
  seen.listed = quickfix()
  local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  local marks = vim.api.nvim_buf_get_extmarks(0, vim.api.nvim_create_namespace('dowse'), 0, -1, { details = true })
  seen.marked = vim.tbl_map(function(mark)
    return lines[mark[2] + 1]:sub(mark[3] + 1, mark[4].end_col)
  end, marks)
  vim.cmd('cclose')

  vim.cmd('edit test_net.py')
  put(0, { 'def test_elephants_are_weighed(scale):', '    assert weigh_elephant(scale) == 5', '' })
  local function names_of_elephants()
    return pick('the elephants', function()
      vim.cmd('Dowse weigh_elephant, its weight from a scale in one call')
    end).names
  end
  wait_for('the test to be found', function()
    seen.with_tests = names_of_elephants()
    return vim.tbl_contains(seen.with_tests, 'test_elephants_are_weighed')
  end)
  vim.cmd('DowseTests')
  seen.without_tests = names_of_elephants()
  dowse.setup() -- as the next session does
  seen.without_tests_later = names_of_elephants()
  vim.cmd('DowseTests')
  vim.cmd('DowseWeaker')
  seen.weaker = quickfix()
  vim.cmd('cclose')
  seen.said_of_tests, seen.said = seen.said, {}
  vim.cmd('buffer net.py')

  -- What arrives by the editor's own commands.
  vim.fn.setqflist({})
  vim.lsp.buf.workspace_symbol('repeat a failing call')
  wait_for('symbols', function()
    return #vim.fn.getqflist() > 0
  end)
  seen.symbols = quickfix()
  vim.cmd('cclose')

  go_to('retry_with_backoff')
  local window
  wait_for('the hover', function()
    vim.lsp.buf.hover()
    vim.wait(200, function()
      window = vim.tbl_filter(function(each)
        return vim.api.nvim_win_get_config(each).relative ~= ''
      end, vim.api.nvim_list_wins())[1]
      return window
    end, 20)
    return window
  end)
  seen.hover = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
  vim.api.nvim_win_close(window, true)

  wait_for('the lenses', function()
    vim.lsp.codelens.refresh()
    vim.wait(200, function()
      local lenses = vim.lsp.codelens.get(0)
      return #lenses > 0 and lenses[#lenses].command
    end, 20)
    local lenses = vim.lsp.codelens.get(0)
    return #lenses > 0 and lenses[#lenses].command
  end)
  seen.lenses = {}
  for _, lens in ipairs(vim.lsp.codelens.get(0)) do
    seen.lenses[tostring(lens.range.start.line)] = lens.command and lens.command.title
  end
  seen.lens = pick('the lens', function()
    vim.lsp.codelens.run()
  end)

  go_to('retry_with_backoff')
  local select = vim.ui.select
  vim.ui.select = function(items, options, on_choice)
    if options.kind == 'codeaction' then
      seen.actions = vim.tbl_map(options.format_item, items)
      return on_choice(items[1], 1)
    end
    select(items, options, on_choice)
  end
  seen.action = pick('the action', function()
    vim.lsp.buf.code_action()
  end)

  vim.cmd('checkhealth dowse')
  seen.health = vim.api.nvim_buf_get_lines(0, 0, -1, false)
  seen.status = dowse.status()
end)
