-- What makes names comparable, and what keeps title_search in step. Prisma compares tables and indexes only, so
-- functions and triggers live here and nowhere else.

-- "Le Fabuleux destin d'Amélie Poulain" -> "le fabuleux destin d amelie poulain": lower case, no accents, no signs,
-- single spaces. An article that an apostrophe joins is a word of its own; letters of other scripts stay.
CREATE FUNCTION search_key(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  WITH spelled AS (
    SELECT normalize(regexp_replace(replace(name, '&', ' and '), '([¼½¾])', ' \1', 'g'), NFKD) AS name
  ), plain AS (
    SELECT lower(unaccent(regexp_replace(name, '[\u0300-\u036f]', '', 'g'))) AS name FROM spelled
  ), parted AS (
    SELECT regexp_replace(name, '\m([cdjlmnst])[''’](?=\w)', '\1 ', 'g') AS name FROM plain
  )
  SELECT btrim(regexp_replace(regexp_replace(name, '[''’.]', '', 'g'), '[^[:alnum:]]+', ' ', 'g')) FROM parted
$$;

-- "the star wars" -> "starwars": a key without its leading article and spaces.
CREATE FUNCTION search_compact(key text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT replace(regexp_replace(key, '^(the|an|a) (?=.)', ''), ' ', '')
$$;

CREATE FUNCTION refresh_title_search(ids text[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO title_search (title_id, key, compact, people, document)
  SELECT id, key, search_compact(key), people,
         setweight(to_tsvector('simple', key), 'A') || setweight(to_tsvector('simple', people), 'C')
  FROM (SELECT title.id, search_key(title.name) AS key,
               search_key(coalesce(
                 (SELECT string_agg(person.name, ' ' ORDER BY position)
                  FROM title_director JOIN person ON person.id = title_director.person_id
                  WHERE title_director.title_id = title.id), '')) AS people
        FROM title WHERE title.id = ANY (ids)) AS named
  ON CONFLICT (title_id) DO UPDATE
  SET key = excluded.key, compact = excluded.compact, people = excluded.people, document = excluded.document
$$;

-- One call for each statement, however many rows it changed.
CREATE FUNCTION refresh_new_titles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_title_search(array(SELECT id FROM changed));
  RETURN NULL;
END $$;

CREATE FUNCTION refresh_renamed_titles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_title_search(array(
    SELECT changed.id FROM changed JOIN previous USING (id) WHERE changed.name <> previous.name));
  RETURN NULL;
END $$;

CREATE FUNCTION refresh_directed_titles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_title_search(array(SELECT DISTINCT title_id FROM changed));
  RETURN NULL;
END $$;

CREATE TRIGGER title_added AFTER INSERT ON title
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refresh_new_titles();
CREATE TRIGGER title_renamed AFTER UPDATE ON title
  REFERENCING OLD TABLE AS previous NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refresh_renamed_titles();
CREATE TRIGGER director_added AFTER INSERT ON title_director
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refresh_directed_titles();
CREATE TRIGGER director_removed AFTER DELETE ON title_director
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refresh_directed_titles();

-- Titles whose name or directors look like the query though no word need be spelled right, and how alike they are, 0
-- to 1: by edit distance to the whole name or to its beginning (a name that is still being typed), or word by word,
-- where a longer word weighs more. The thresholds are the indexes': what is below is not even looked at.
CREATE FUNCTION similar_titles(query_key text, query_compact text)
RETURNS TABLE (title_id text, likeness double precision) LANGUAGE sql STABLE
SET pg_trgm.word_similarity_threshold = 0.45
SET pg_trgm.similarity_threshold = 0.25
AS $$
  WITH word AS MATERIALIZED (
    SELECT DISTINCT word, length(word)::double precision AS weight
    FROM unnest(string_to_array(query_key, ' ')) AS word
    WHERE length(word) > 2 AND word NOT IN ('the', 'and')
  ), swapped AS MATERIALIZED (
    -- the query with each two neighbours exchanged: "wras" is one slip away from "wars", not two
    SELECT overlay(query_compact PLACING reverse(substr(query_compact, place, 2)) FROM place) AS text
    FROM generate_series(1, length(query_compact) - 1) AS place
    WHERE length(query_compact) BETWEEN 4 AND 30
  ), by_name AS (
    SELECT s.title_id, sum(weight * word_similarity(word, s.key)) / (SELECT sum(weight) FROM word) AS likeness
    FROM word JOIN title_search s ON word <% s.key
    GROUP BY s.title_id
  ), by_people AS (
    SELECT s.title_id, sum(weight * word_similarity(word, s.people)) / (SELECT sum(weight) FROM word) AS likeness
    FROM word JOIN title_search s ON word <% s.people
    GROUP BY s.title_id
  ), candidate AS (
    SELECT title_id FROM by_name
    UNION SELECT title_id FROM by_people
    UNION SELECT s.title_id FROM title_search s WHERE s.compact % query_compact
    -- a slip leaves a short word hardly any trigram, so short queries are compared with all beginnings (1 ms for 3,000)
    UNION SELECT s.title_id FROM title_search s
          WHERE length(query_compact) BETWEEN 3 AND 9
            AND levenshtein_less_equal(
                  query_compact, left(s.compact, length(query_compact)), 1 + length(query_compact) / 5)
                <= 1 + length(query_compact) / 5
  )
  SELECT candidate.title_id,
         greatest(
           1 - levenshtein(query_compact, left(s.compact, 120))
               / greatest(length(query_compact), length(s.compact), 1)::double precision,
           0.95 * (1 - least(
               levenshtein(query_compact, beginning),
               (SELECT 1 + min(levenshtein(swapped.text, beginning)) FROM swapped))
               / greatest(length(query_compact), 1)::double precision),
           0.9 * by_name.likeness,
           0.75 * by_people.likeness)
  FROM candidate
  JOIN title_search s ON s.title_id = candidate.title_id
  CROSS JOIN LATERAL left(s.compact, length(query_compact)) AS beginning
  LEFT JOIN by_name ON by_name.title_id = candidate.title_id
  LEFT JOIN by_people ON by_people.title_id = candidate.title_id
$$;
