-- Reads: the lines of a file in turn, each "path with query<tab>authorization header". Arguments: FILE.

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(args)
  dofile(os.getenv("BENCH_WRK") .. "/common.lua")
  targets = read_targets(args[1])
  -- Answered as they are asked for: formatted once, so that the load tool costs next to nothing.
  for _, target in ipairs(targets) do
    target.request = wrk.format("GET", target.path, target.headers)
  end
  sent = 0
end

function request()
  sent = sent + 1
  return targets[sent % #targets + 1].request
end

function response(status, _, body)
  count(status, body)
end

function done(summary, latency)
  dofile(os.getenv("BENCH_WRK") .. "/common.lua")
  print_result(threads, summary, latency)
end
