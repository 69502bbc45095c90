-- Whether the schema holds nothing at all, ours or anybody's.
SELECT NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace)
