-- One database for each service; PostgreSQL's image runs this once, on an empty volume.
create database "user";
create database billing;
create database catalog;
create database playback;
create database recommendation;
