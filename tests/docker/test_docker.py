"""The docker engine, for real: a Docker engine, an image that behaves like the official one, testcontainers."""

import subprocess

import psycopg
import pytest
from saasdb.errors import SaasdbError
from saasdb.throwaway import open_server

pytestmark = pytest.mark.docker


def containers():
    done = subprocess.run(["docker", "ps", "-aq"], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def docker_server():
    with open_server("docker") as server:
        yield server


def test_a_container_gives_databases_and_clones(docker_server):
    def build(url):
        with psycopg.connect(url) as connection:
            connection.execute("create table thing as select 7 as seven")

    name = docker_server.template("thing", build)
    with docker_server.database(name) as url, psycopg.connect(url) as connection:
        assert connection.execute("select seven from thing").fetchone() == (7,)


def test_the_product_is_applied_and_proven_in_a_container(saasdb):
    done = saasdb("verify", "--engine", "docker")
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_image_that_is_not_there_is_one_clear_error_and_leaves_no_container(saasdb):
    before = containers()
    with pytest.raises(SaasdbError, match="did not start") as caught, open_server("docker", image="no-such-image:1"):
        pass
    assert caught.value.where == "no-such-image:1"
    assert containers() == before


def test_a_container_is_gone_when_its_block_ends():
    before = containers()
    with open_server("docker"):
        assert len(containers() - before) == 1
    assert containers() == before
