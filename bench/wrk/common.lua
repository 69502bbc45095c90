-- What the scripts share. `wrk` runs each thread, and `done`, in an environment of its own; each loads this file.

answered_200, answered_otherwise, captured = 0, 0, 0
first_refusal = ""

function read_targets(file)
  local found = {}
  for line in io.lines(file) do
    local path, authorization = string.match(line, "^(%S+)\t(.+)$")
    table.insert(found, {
      path = path,
      account = string.match(path, "/(m[a-z0-9]+)/charges"),
      headers = { ["Authorization"] = authorization, ["Content-Type"] = "application/json" },
    })
  end
  return found
end

local BODY = [[{
   "method" : "card",
   "card" : {
        "card_number" : "4111111111111111",
        "holder_name" : "Juan Perez Ramirez",
        "expiration_year" : "29",
        "expiration_month" : "12",
        "cvv2" : "110"
   },
   "amount" : 100.00,
   "currency" : "MXN",
   "description" : "Cargo inicial a mi cuenta",
   "order_id" : "%s",
   "capture" : %s,
   "device_session_id" : "kR1MiQhz2otdIuUlQkbEyitIqVMiI16f",
   "customer" : {
        "name" : "Juan",
        "last_name" : "Vazquez Juarez",
        "phone_number" : "4423456723",
        "email" : "juan.vazquez@empresa.com.mx"
   }
}]]

-- An order id with 13 digits or dashes in a row looks like a card number, which costs the masking of the log more than
-- usual.
function charge_body(order_id, capture)
  return string.format(BODY, order_id, tostring(capture))
end

function count(status, body)
  if status == 200 then
    answered_200 = answered_200 + 1
  else
    answered_otherwise = answered_otherwise + 1
    if first_refusal == "" then
      first_refusal = status .. " " .. string.sub(body, 1, 300)
    end
  end
end

local function quoted(text)
  return '"' .. string.gsub(text, '[%c"\\]', " ") .. '"'
end

function print_result(threads, summary, latency)
  local ok, other, twice, refusal = 0, 0, 0, ""
  for _, thread in ipairs(threads) do
    ok = ok + thread:get("answered_200")
    other = other + thread:get("answered_otherwise")
    twice = twice + thread:get("captured")
    if refusal == "" then
      refusal = thread:get("first_refusal")
    end
  end
  local broken = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  print(string.format(
    'RESULT {"seconds":%.6f,"answered_200":%d,"answered_otherwise":%d,"captured":%d,"broken":%d,"first_refusal":%s,'
      .. '"p50_ms":%.3f,"p90_ms":%.3f,"p99_ms":%.3f,"p999_ms":%.3f,"max_ms":%.3f}',
    summary.duration / 1e6, ok, other, twice, broken, quoted(refusal),
    latency:percentile(50) / 1e3, latency:percentile(90) / 1e3, latency:percentile(99) / 1e3,
    latency:percentile(99.9) / 1e3, latency.max / 1e3))
end
