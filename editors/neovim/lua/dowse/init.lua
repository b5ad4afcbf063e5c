-- Dowse in Neovim 0.7 or newer: the server beside your others, :Dowse, :DowseSimilar, :DowseTests, :DowseWeaker and a status
-- for the statusline.
-- Copy this folder to ~/.config/nvim/lua/dowse and call require('dowse').setup() in init.lua.

local M = {}

local defaults = {
  cmd = { 'dowse', 'server' },
  -- Settings of the server, as in { editor = { codeLens = true } }.
  settings = {},
  -- How many matches :Dowse asks for, weaker ones included; the server gives no more than 200.
  limit = 30,
  -- Whether tests answer too, until :DowseTests has been used, which is remembered.
  tests = true,
  -- A workspace is the nearest folder above a file that holds one of these; without any, the current folder.
  root_markers = { '.dowse.toml', '.git' },
}

local options = defaults

-- The newest state that each server told, by client id.
local states = {}

local uv = vim.uv or vim.loop
local modern = vim.fn.has('nvim-0.11') == 1

local function notify(message, level)
  vim.notify('Dowse: ' .. message, level or vim.log.levels.WARN)
end

local missing_command = "the command '%s' is not on the PATH that Neovim sees; install Dowse, or name the command in full: "
  .. "require('dowse').setup({ cmd = { '/path/to/dowse', 'server' } })"

-- The program that is started, and what is in the way where it cannot be.
function M.command()
  local program = options.cmd[1]
  return program, vim.fn.executable(program) == 0 and missing_command:format(program) or nil
end

-- The workspace that a file belongs to; nil where that would be the whole home folder or file system.
local function find_root(path)
  local folder = path ~= '' and vim.fn.fnamemodify(path, ':p:h') or vim.fn.getcwd()
  local above = folder
  repeat
    for _, marker in ipairs(options.root_markers) do
      if uv.fs_stat(above .. '/' .. marker) then
        return above
      end
    end
    local last = above
    above = vim.fn.fnamemodify(above, ':h')
  until above == last
  local cwd = vim.fn.getcwd()
  if cwd ~= uv.os_homedir() and cwd ~= vim.fn.fnamemodify(cwd, ':h') then
    return cwd
  end
end

local function clients()
  local all = modern and vim.lsp.get_clients() or vim.lsp.get_active_clients()
  return vim.tbl_filter(function(client)
    return client.name == 'dowse'
  end, all)
end

local function client_config()
  return {
    name = 'dowse',
    cmd = options.cmd,
    init_options = options.settings, -- Neovim 0.7 neither tells nor can be asked for `settings`
    handlers = {
      ['dowse/didChangeIndexStatus'] = function(_, state, context)
        states[context.client_id] = state
        vim.cmd('redrawstatus!')
      end,
    },
    -- The code action and the lens run these; without them the server would open its answer as a document.
    commands = {
      ['dowse.similarToDocument'] = function(command)
        M.similar(command.arguments[1])
      end,
    },
    on_exit = function(_, _, id)
      states[id] = nil
    end,
  }
end

-- Return the id of the server for a workspace; it is started when there is none yet.
local function ensure_server(root)
  for _, client in ipairs(clients()) do
    if client.config.root_dir == root then
      return client.id
    end
  end
  local config = vim.tbl_extend('force', client_config(), { root_dir = root })
  if modern then
    return vim.lsp.start(config, { attach = false })
  end
  config.workspace_folders = { { uri = vim.uri_from_fname(root), name = root } }
  return vim.lsp.start_client(config)
end

-- Attach the server of its workspace to a buffer that holds a file.
local function attach(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  local root = vim.bo[buffer].buftype == '' and path ~= '' and find_root(path)
  local id = root and ensure_server(root)
  if id then
    vim.lsp.buf_attach_client(buffer, id)
  end
end

local function attach_open_files()
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].filetype ~= '' then
      attach(buffer)
    end
  end
end

-- Attach to every file from now on, and to those that are open.
local function follow_files()
  if modern then
    local config = client_config()
    config.root_dir = function(buffer, start)
      local root = find_root(vim.api.nvim_buf_get_name(buffer))
      if root then
        start(root)
      end
    end
    vim.lsp.config('dowse', config)
    vim.lsp.enable('dowse')
    return
  end
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('dowse', { clear = true }),
    callback = function(event)
      attach(event.buf)
    end,
  })
  attach_open_files()
end

-- Return the server of the current buffer, or one for the current folder; nil, and a word why, where there is none.
local function current_client()
  local _, problem = M.command()
  if problem then
    return notify(problem, vim.log.levels.ERROR)
  end
  for _, client in ipairs(clients()) do
    if vim.lsp.buf_is_attached(0, client.id) then
      return client
    end
  end
  local root = find_root(vim.api.nvim_buf_get_name(0))
  if not root then
    return notify('this is no project; open a file of one, or change to its folder')
  end
  local id = ensure_server(root)
  local client = id and vim.lsp.get_client_by_id(id)
  local ready = client and vim.wait(10000, function()
    return client.initialized == true
  end, 10)
  if ready then
    attach_open_files() -- those whose server has died have none
    return client
  end
  notify('the server does not start; :checkhealth dowse says more', vim.log.levels.ERROR)
end

local function request(client, method, params, on_answer)
  local function handler(problem, answer)
    if problem then
      return notify(problem.message or tostring(problem), vim.log.levels.ERROR)
    end
    on_answer(answer)
  end
  if modern then
    client:request(method, params, handler, 0)
  else
    client.request(method, params, handler, 0)
  end
end

local function to_byte(text, index, encoding)
  if encoding == 'utf-8' then
    return index
  elseif modern then
    return vim.str_byteindex(text, encoding, index, false)
  end
  return vim.str_byteindex(text, index, encoding == 'utf-16')
end

-- Return parts of a text as pairs of bytes, as they stand where `before` bytes come before the text.
local function to_bytes(text, marks, encoding, before)
  return vim.tbl_map(function(mark)
    return { before + to_byte(text, mark.start, encoding), before + to_byte(text, mark['end'], encoding) }
  end, marks or {})
end

-- A function opens at its name, but at the line that answers where that stands so many lines below.
local far_below = 25

local function opening(hit)
  local answer = hit.answer
  local far = answer and answer.marks and answer.range.start.line - hit.selectionRange.start.line > far_below
  return far and answer.range or hit.selectionRange
end

-- Return a hit as an item of the quickfix list, with the fields that pickers preview by. Its text is the name and the
-- line that answers; `marks` are the parts of it that say words of the question, in bytes.
local function to_quickfix_item(client, hit)
  local encoding = client.offset_encoding
  local place = { uri = hit.location.uri, range = opening(hit) }
  local item = vim.lsp.util.locations_to_items({ place }, encoding)[1]
  item.file, item.pos = item.filename, { item.lnum, item.col - 1 }
  item.preview = hit.preview
  local head = hit.name .. ' — '
  item.marks = to_bytes(hit.name, hit.nameMarks, encoding, 0)
  if hit.answer then
    vim.list_extend(item.marks, to_bytes(hit.answer.text, hit.answer.marks, encoding, #head))
  end
  item.text = head .. (hit.answer and hit.answer.text or vim.trim(item.text))
  return item
end

-- The items that were put into a quickfix list, by the list's id.
local listed = {}
local marks_namespace = vim.api.nvim_create_namespace('dowse')

-- Mark in a quickfix window what matched, where its list is one of ours.
local function mark_quickfix(buffer)
  vim.api.nvim_buf_clear_namespace(buffer, marks_namespace, 0, -1)
  local items = listed[vim.fn.getqflist({ id = 0 }).id] or {}
  for row, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, #items, false)) do
    local start = line:find(items[row].text, 1, true)
    for _, mark in ipairs(start and items[row].marks or {}) do
      vim.api.nvim_buf_set_extmark(buffer, marks_namespace, row - 1, start - 1 + mark[1], {
        end_col = start - 1 + mark[2],
        hl_group = 'DowseMatch',
      })
    end
  end
end

-- What Neovim 0.12 defines as `preview_item`; the lines are for pickers that came before and show a list of strings.
local function preview_item(item)
  local preview = vim.split(item.preview, '\n')
  preview.buf = vim.fn.bufadd(item.filename)
  preview.pos = item.pos
  vim.fn.bufload(preview.buf)
  return preview
end

-- Whether a hit answers a question, or is only among what comes next: by its score beside that of the best, and not for
-- its shape alone.
local function answers_question(hit, best)
  local only_shape = #hit.reasons > 0
  for _, reason in ipairs(hit.reasons) do
    only_shape = only_shape and reason.signal == 'shape'
  end
  return hit.score >= 0.03 * best and not only_shape
end

-- Whether a piece of code is much like another, or among the most alike where nothing is.
local function is_alike(hit, best)
  return hit.score >= 0.5 or hit.score >= 0.6 * best
end

-- What the last answer held besides its answers: a function that lists it.
local list_weaker

-- Put hits into the quickfix list, then let the user choose one, or open the list.
local function list_hits(client, title, hits, in_list)
  local items = vim.tbl_map(function(hit)
    return to_quickfix_item(client, hit)
  end, hits)
  vim.fn.setqflist({}, ' ', { title = title, items = items })
  listed = { [vim.fn.getqflist({ id = 0 }).id] = items }
  if in_list then
    return vim.cmd('botright copen')
  end
  vim.ui.select(items, {
    prompt = title,
    kind = 'dowse',
    format_item = function(item)
      return ('%s  %s:%d'):format(item.text, vim.fn.fnamemodify(item.filename, ':.'), item.lnum)
    end,
    preview_item = preview_item,
  }, function(_, index)
    if index then
      vim.cmd(index .. 'cc')
    end
  end)
end

-- Show those hits of an answer that `is_answer` takes; :DowseWeaker lists the others.
local function show(client, title, hits, in_list, is_answer)
  if #hits == 0 then
    return notify('nothing found', vim.log.levels.INFO)
  end
  local answers, weaker = {}, {}
  for _, hit in ipairs(hits) do
    table.insert(is_answer(hit, hits[1].score) and answers or weaker, hit)
  end
  list_weaker = function()
    if #weaker == 0 then
      return notify('there are no weaker matches', vim.log.levels.INFO)
    end
    list_hits(client, title .. ' (weaker matches)', weaker, true)
  end
  list_hits(client, title, answers, in_list)
end

-- Search by meaning; with in_list the answer opens in the quickfix window.
function M.search(query, in_list)
  local client = current_client()
  if not client then
    return
  end
  local filter = not options.tests and { tests = 'out' } or nil
  local params = { query = query, limit = options.limit, filter = filter }
  request(client, 'workspace/semanticSearch', params, function(answer)
    show(client, 'Dowse: ' .. query, answer.results, in_list, answers_question)
  end)
end

-- Find what resembles a place, SimilarCodeParams as in docs/protocol.md; by default the function around the cursor.
function M.similar(place, in_list)
  local client = current_client()
  if not client then
    return
  end
  place = place or vim.lsp.util.make_position_params(0, client.offset_encoding)
  local params = vim.tbl_extend('keep', { limit = options.limit }, place)
  request(client, 'textDocument/similarCode', params, function(answer)
    show(client, 'Dowse: similar to ' .. answer.source.name, answer.results, in_list, is_alike)
  end)
end

-- Where it is kept whether tests answer, for the next session.
local function choice_file()
  return vim.fn.stdpath('data') .. '/dowse-tests'
end

-- Leave tests out of searches, or search them again; that is remembered.
function M.toggle_tests()
  options.tests = not options.tests
  vim.fn.mkdir(vim.fn.stdpath('data'), 'p')
  vim.fn.writefile({ options.tests and 'in' or 'out' }, choice_file())
  notify(options.tests and 'tests are searched' or 'tests are left out', vim.log.levels.INFO)
end

-- List what the last answer held besides its answers.
function M.weaker()
  if not list_weaker then
    return notify('nothing was asked yet', vim.log.levels.INFO)
  end
  list_weaker()
end

-- One short text for the statusline; empty where no server is running.
function M.status()
  local client = clients()[1]
  for _, each in ipairs(clients()) do
    if vim.lsp.buf_is_attached(0, each.id) then
      client = each
    end
  end
  local state = client and states[client.id]
  if not state then
    return client and 'Dowse …' or ''
  elseif state.paused then
    return state.pauseReason == 'battery' and 'Dowse on battery' or 'Dowse paused'
  elseif state.state == 'degraded' then
    return 'Dowse: ' .. (state.lastError or 'degraded')
  end
  local indexed, total = 0, 0
  for _, folder in ipairs(state.folders) do
    indexed, total = indexed + folder.filesIndexed, total + folder.filesTotal
  end
  if total == 0 and state.state == 'indexing' then
    return 'Dowse …' -- how much there is to read is not known yet
  end
  return indexed < total and ('Dowse %d/%d'):format(indexed, total) or 'Dowse'
end

function M.setup(given)
  options = vim.tbl_deep_extend('force', defaults, given or {})
  if vim.fn.filereadable(choice_file()) == 1 then
    options.tests = vim.fn.readfile(choice_file())[1] ~= 'out'
  end
  vim.api.nvim_set_hl(0, 'DowseMatch', { default = true, link = 'Search' })
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('dowse_marks', { clear = true }),
    pattern = 'qf',
    callback = function(event)
      mark_quickfix(event.buf)
    end,
  })
  vim.api.nvim_create_user_command('Dowse', function(command)
    M.search(command.args, command.bang)
  end, { nargs = '+', bang = true, desc = 'Find code by what it does; with ! in the quickfix window' })
  vim.api.nvim_create_user_command('DowseTests', M.toggle_tests, { desc = 'Leave tests out of searches, or search them again' })
  vim.api.nvim_create_user_command('DowseWeaker', M.weaker, { desc = 'List the weaker matches of the last answer' })
  vim.api.nvim_create_user_command('DowseSimilar', function(command)
    local place
    if command.range > 0 then
      place = {
        textDocument = vim.lsp.util.make_text_document_params(),
        range = {
          start = { line = command.line1 - 1, character = 0 },
          ['end'] = { line = command.line2, character = 0 },
        },
      }
    end
    M.similar(place, command.bang)
  end, { range = true, bang = true, desc = 'Find code like the function at the cursor, or like the selected lines' })
  local _, problem = M.command()
  if problem then
    return notify(problem)
  end
  follow_files()
end

return M
