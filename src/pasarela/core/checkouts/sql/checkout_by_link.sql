-- The checkout of whatever tenant that a link leads to. $1 what nobody can guess of the link
SELECT * FROM checkouts WHERE link_token = $1
