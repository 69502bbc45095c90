-- Card charges, one after the other on each connection, every one with an order id of its own.
-- Arguments: FILE with one "path<tab>authorization header" a line (targets are taken in turn), PREFIX of the order ids.
-- Prints one line "RESULT {json}" at the end, with every answer that was not 200 counted.

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(args)
  dofile(os.getenv("BENCH_WRK") .. "/common.lua")
  targets = read_targets(args[1])
  prefix = args[2] .. "t" .. number .. "n"
  sent = 0
end

function request()
  sent = sent + 1
  local target = targets[sent % #targets + 1]
  return wrk.format("POST", target.path, target.headers, charge_body(prefix .. sent, true))
end

function response(status, _, body)
  count(status, body)
end

function done(summary, latency)
  dofile(os.getenv("BENCH_WRK") .. "/common.lua")
  print_result(threads, summary, latency)
end
