-- What the scripts of these tests share: waiting, and telling what was seen.

local M = { seen = { said = {} } }

function M.wait_for(what, condition)
  if not vim.wait(60000, condition, 20) then
    error('waited in vain for ' .. what)
  end
end

-- Run a session, write M.seen as JSON, and leave.
function M.run(session)
  vim.notify = function(message)
    table.insert(M.seen.said, message)
  end
  local fine, problem = xpcall(session, debug.traceback)
  M.seen.problem = not fine and problem or nil
  local file = assert(io.open(assert(os.getenv('DOWSE_TEST_OUT')), 'w'))
  file:write(vim.fn.json_encode(M.seen))
  file:close()
  vim.cmd(fine and 'qall!' or 'cquit')
end

return M
