-- Charges in two steps: `capture:false`, then the capture of what was held. A capture is sent as soon as a connection is
-- free for it, so half of the calls are authorisations and half are captures. Arguments as in charge.lua.

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(args)
  dofile(os.getenv("BENCH_WRK") .. "/common.lua")
  targets = read_targets(args[1])
  by_path = {}
  for _, target in ipairs(targets) do
    by_path[target.account] = target
  end
  prefix = args[2] .. "t" .. number .. "-"
  sent = 0
  held, first, last = {}, 1, 0
end

function request()
  if first <= last then
    local one = held[first]
    held[first] = nil
    first = first + 1
    return wrk.format("POST", one.target.path .. "/" .. one.id .. "/capture", one.target.headers, "{}")
  end
  sent = sent + 1
  local target = targets[sent % #targets + 1]
  return wrk.format("POST", target.path, target.headers, charge_body(prefix .. target.account .. "-" .. sent, false))
end

function response(status, _, body)
  count(status, body)
  if status ~= 200 then
    return
  end
  if string.find(body, '"status":%s*"in_progress"') then
    local id = string.match(body, '"id":%s*"(tr[a-z0-9]+)"')
    local account = string.match(body, '"order_id":%s*"[^"]*%-(m[a-z0-9]+)%-%d+"')
    last = last + 1
    held[last] = { id = id, target = by_path[account] }
  else
    captured = captured + 1
  end
end

function done(summary, latency)
  dofile(os.getenv("BENCH_WRK") .. "/common.lua")
  print_result(threads, summary, latency)
end
