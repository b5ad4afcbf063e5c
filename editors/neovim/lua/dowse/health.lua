-- :checkhealth dowse

local M = {}

local health = vim.health or require('health')
local start = health.start or health.report_start
local ok = health.ok or health.report_ok
local warn = health.warn or health.report_warn
local fail = health.error or health.report_error

function M.check()
  local dowse = require('dowse')
  start('dowse')
  local command, problem = dowse.command()
  if problem then
    return fail(problem)
  end
  local version = vim.trim(vim.fn.system({ command, '--version' }))
  if vim.v.shell_error ~= 0 then
    return fail(('%s --version fails: %s'):format(command, version))
  end
  ok(('%s: %s'):format(vim.fn.exepath(command), version))
  local status = dowse.status()
  if status == '' then
    return warn("no server is running; open a file of a project, after require('dowse').setup()")
  end
  ok('the server says: ' .. status)
end

return M
