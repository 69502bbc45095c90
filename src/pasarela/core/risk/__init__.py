"""Our own judgement of a sale, as acquirer, before its issuer is asked: lists, maximum amounts, velocity."""
